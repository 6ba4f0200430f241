;; does: answers an outcome with the same attribute twice
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)           ;; ok
    (i32 0 0)         ;; words
    (i32 1 512 2)       ;; outcome
    (i32 0 0)         ;; groups
    (i32 1024 4)      ;; excluded, per row
    (i32 1024 4)      ;; scores, per row
    (i32 0 0)         ;; terms
    (i32 0 0)         ;; counters
    (i32 0 0))        ;; reasons
;; Its name, then the value: an integer.
(data (i32.const 512)
    (i32 9 0) (i32 2 0) (i64 1 0)
    (i32 9 0) (i32 2 0) (i64 2 0))

(func $rank (type $asked) i32.const 256)
