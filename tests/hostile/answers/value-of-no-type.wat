;; does: answers a value of a type that there is not
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)           ;; ok
    (i32 0 0)         ;; words
    (i32 1 512 1)       ;; outcome
    (i32 0 0)         ;; groups
    (i32 1024 4)      ;; excluded, per row
    (i32 1024 4)      ;; scores, per row
    (i32 0 0)         ;; terms
    (i32 0 0)         ;; counters
    (i32 0 0))        ;; reasons
(data (i32.const 512) (i32 9 0) (i32 250 0) (i64 0 0))

(func $rank (type $asked) i32.const 256)
