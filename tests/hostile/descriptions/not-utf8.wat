;; does: describes itself in bytes that are no UTF-8
;; asked: rank
;; ends: guest.output_invalid at upload

(data (i32.const 256) (i32 512 4))
(data (i32.const 512) "{\ff\fe}")
(func $describe (type $described) i32.const 256)
