;; does: answers a text of ten megabytes
;; asked: rank
;; ends: guest.output_too_large when asked

(data (i32.const 256)
    (i32 0)                 ;; ok
    (i32 0x80000 10000000)  ;; words
    (i32 1 0 0)             ;; outcome
    (i32 0 0)               ;; groups
    (i32 1024 4)            ;; excluded, per row
    (i32 1024 4)            ;; scores, per row
    (i32 0 0)               ;; terms
    (i32 0 0)               ;; counters
    (i32 0 0))              ;; reasons
(func $rank (type $asked)
    (drop (memory.grow (i32.const 200)))
    (memory.fill (i32.const 0x80000) (i32.const 97) (i32.const 10000000))
    i32.const 256)
