;; does: answers words that are no UTF-8
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)           ;; ok
    (i32 520 3)         ;; words
    (i32 1 0 0)       ;; outcome
    (i32 0 0)         ;; groups
    (i32 1024 4)      ;; excluded, per row
    (i32 1024 4)      ;; scores, per row
    (i32 0 0)         ;; terms
    (i32 0 0)         ;; counters
    (i32 0 0))        ;; reasons
(data (i32.const 520) "\c3\28\00")

(func $rank (type $asked) i32.const 256)
