;; does: reads the same name twice
;; asked: rank
;; ends: guest.output_invalid at upload

(data (i32.const 256) (i32 0) (i32 512 2))
(data (i32.const 512) (i32 528 4) (i32 528 4) "name")
(func $configure (type $configured) i32.const 256)
