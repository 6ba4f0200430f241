;; does: has ten thousand objections to every configuration but its default
;; asked: rank
;; ends: config.invalid at binding

;; The default is `{}`: two bytes. A problem is a place and a message.
(data (i32.const 256) (i32 1) (i32 0x80000 10000))
(func $configure (type $configured)
    (drop (memory.grow (i32.const 64)))
    (if (result i32) (i32.gt_u (local.get 1) (i32.const 2))
        (then (i32.const 256))
        (else (global.get $words))))
