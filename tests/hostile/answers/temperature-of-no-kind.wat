;; does: calls a lead neither hot nor warm nor cold
;; asked: assess
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0 0)            ;; ok
    (i32 0 0)            ;; words
    (i32 4 0 0)          ;; outcome: qualified
    (i8 1 9 0 0)         ;; a temperature: the ninth
    (i64 0)              ;; score
    (i64 0 0)            ;; no expected value
    (i32 0 0))           ;; reasons
(func $assess (type $asked) i32.const 256)
