;; does: describes itself in ten megabytes
;; asked: rank
;; ends: guest.output_invalid at upload

(data (i32.const 256) (i32 0x80000 10000000))
(func $describe (type $described)
    (drop (memory.grow (i32.const 200)))
    (memory.fill (i32.const 0x80000) (i32.const 32) (i32.const 10000000))
    i32.const 256)
