;; does: sets fifty thousand deadlines
;; asked: escalate
;; ends: guest.output_too_large when asked

(data (i32.const 256)
    (i32 0)              ;; ok
    (i32 0 0)            ;; words
    (i32 0 0)            ;; actions
    (i32 0x80000 50000)  ;; deadlines: all zero, of 20 bytes each
    (i32 1)              ;; step
    (i32 0 0))           ;; reasons
(func $escalate (type $asked)
    (drop (memory.grow (i32.const 64)))
    i32.const 256)
