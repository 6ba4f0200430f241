;; does: explains what it pays two partners by shares of three
;; asked: settle
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 0 0)        ;; postings
    (i32 512 1)      ;; terms
    (i32 0 0)        ;; notices
    (i32 0 0)        ;; wake-ups
    (i32 0 0))       ;; reasons
(data (i32.const 512) (i32 9 528 3))
(data (i32.const 528) (i64 50 50 50))
(func $settle (type $settled) i32.const 256)
