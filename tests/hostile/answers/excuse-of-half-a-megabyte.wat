;; does: says that the question is wrong, in half a megabyte
;; asked: rank
;; ends: input.invalid when asked

(data (i32.const 256)
    (i32 1)             ;; error
    (i32 0)             ;; invalid input
    (i32 0x80000 500000))
(func $rank (type $asked)
    (drop (memory.grow (i32.const 64)))
    (memory.fill (i32.const 0x80000) (i32.const 97) (i32.const 500000))
    i32.const 256)
