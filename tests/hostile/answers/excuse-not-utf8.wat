;; does: says that it has nothing to say, in bytes that are no UTF-8
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 1)       ;; error
    (i32 1)       ;; not applicable
    (i32 512 4))  ;; why
(data (i32.const 512) "\ff\fe\fd\fc")
(func $rank (type $asked) i32.const 256)
