;; does: wants done what the host cannot do
;; asked: escalate
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 512 1)      ;; actions
    (i32 0 0)        ;; deadlines
    (i32 1)          ;; step
    (i32 0 0))       ;; reasons
(data (i32.const 512) (i32 11 0 0))
(func $escalate (type $asked) i32.const 256)
