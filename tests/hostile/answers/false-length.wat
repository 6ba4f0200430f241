;; does: answers a list of four billion elements
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)           ;; ok
    (i32 0 0)         ;; words
    (i32 1 0 0)       ;; outcome
    (i32 0 0)         ;; groups
    (i32 1024 4)      ;; excluded, per row
    (i32 1024 4294967295)      ;; scores, per row
    (i32 0 0)         ;; terms
    (i32 0 0)         ;; counters
    (i32 0 0))        ;; reasons

(func $rank (type $asked) i32.const 256)
