;; does: refuses a claim until it is paid a bribe
;; asked: admit
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 1 512 1)    ;; refused
    (i32 0 0))       ;; reasons
(data (i32.const 512) (i32 11 0 0))
(func $admit (type $asked) i32.const 256)
