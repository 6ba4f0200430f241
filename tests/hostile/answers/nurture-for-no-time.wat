;; does: lets a lead rest, and does not say until when
;; asked: assess
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0 0)            ;; ok
    (i32 0 0)            ;; words
    (i32 5 0 0)          ;; outcome: nurture
    (i32 0)              ;; no temperature
    (i64 0)              ;; score
    (i64 0 0)            ;; no expected value
    (i32 0 0))           ;; reasons
(func $assess (type $asked) i32.const 256)
