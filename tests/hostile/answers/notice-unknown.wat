;; does: tells a partner what nobody can read
;; asked: settle
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 0 0)        ;; postings
    (i32 0 0)        ;; terms
    (i32 512 1)      ;; notices
    (i32 0 0)        ;; wake-ups
    (i32 0 0))       ;; reasons
;; To the partner of row 0: `bribe`.
(data (i32.const 512) (i32 0 0) (i32 11 0 0))
(func $settle (type $settled) i32.const 256)
