;; does: reads a name that is no UTF-8
;; asked: rank
;; ends: guest.output_invalid at upload

(data (i32.const 256) (i32 0) (i32 512 1))
(data (i32.const 512) (i32 520 2) "\c0\af")
(func $configure (type $configured) i32.const 256)
