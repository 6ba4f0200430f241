;; does: sets a deadline that is due at once, whenever one is due
;; asked: escalate
;; ends: answered

(data (i32.const 256)
    (i32 0)          ;; ok
    (i32 0 0)        ;; words
    (i32 0 0)        ;; actions
    (i32 512 1)      ;; deadlines
    (i32 1)          ;; step
    (i32 0 0))       ;; reasons
;; Key, span, attributes.
(data (i32.const 512)
    (i32 10) (i32 640 1) (i32 0 0))
;; No seconds.
(data (i32.const 640) (i32 0 0))
(func $escalate (type $asked) i32.const 256)
