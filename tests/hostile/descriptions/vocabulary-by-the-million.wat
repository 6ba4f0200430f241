;; does: reads a million names, all of them empty
;; asked: rank
;; ends: guest.output_invalid at upload

(data (i32.const 256) (i32 0) (i32 0x80000 1000000))
(func $configure (type $configured)
    (drop (memory.grow (i32.const 200)))
    i32.const 256)
