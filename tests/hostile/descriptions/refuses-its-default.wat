;; does: refuses the configuration that it offers itself
;; asked: rank
;; ends: config.invalid at upload

(data (i32.const 256) (i32 1) (i32 512 1))
(data (i32.const 512) (i32 528 1) (i32 529 4) "/none")
(func $configure (type $configured) i32.const 256)
