;; does: describes itself by what lies outside its memory
;; asked: rank
;; ends: guest.output_invalid at upload

(data (i32.const 256) (i32 0x7fffffff 100))
(func $describe (type $described) i32.const 256)
