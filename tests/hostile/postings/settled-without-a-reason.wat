;; does: pays a partner at the end of the period for no reason
;; asked: settle
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 512 1)      ;; postings
    (i32 0 0)        ;; terms
    (i32 0 0)        ;; notices
    (i32 0 0)        ;; wake-ups
    (i32 0 0))       ;; reasons
(data (i32.const 512)
    (i32 8) (i32 0 0) (i32 0) (i64 100) (i32 0) (i32 0 0) (i32 0))
(func $settle (type $settled) i32.const 256)
