;; does: corrects a posting that there is not
;; asked: award
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 512 1)      ;; postings
    (i32 0 0)        ;; wake-ups
    (i32 768 1))     ;; reasons
;; Account, holder, amount, reason, and whether it corrects another.
(data (i32.const 512)
    (i32 8) (i32 0 0) (i32 0) (i64 -100) (i32 0) (i32 1 7) (i32 0))
(data (i32.const 768) (i32 9 0 0 0) (i64 0))
(func $award (type $asked) i32.const 256)
