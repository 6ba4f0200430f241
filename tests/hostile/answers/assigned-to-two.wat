;; does: assigns the lead to two partners
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)           ;; ok
    (i32 0 0)         ;; words
    (i32 3 0 0)       ;; outcome
    (i32 512 1)         ;; groups
    (i32 1024 4)      ;; excluded, per row
    (i32 1024 4)      ;; scores, per row
    (i32 0 0)         ;; terms
    (i32 0 0)         ;; counters
    (i32 0 0))        ;; reasons
(data (i32.const 512) (i32 520 2))
(data (i32.const 520) (i32 0 1))

(func $rank (type $asked) i32.const 256)
