;; does: refuses a claim, and does not say what would unlock it
;; asked: admit
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 1 0 0)      ;; refused: nothing
    (i32 0 0))       ;; reasons
(func $admit (type $asked) i32.const 256)
