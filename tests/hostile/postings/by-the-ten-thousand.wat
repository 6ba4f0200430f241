;; does: posts forty thousand times, each of it the largest amount there is
;; asked: award
;; ends: guest.output_too_large when asked

(data (i32.const 256)
    (i32 0)              ;; ok
    (i32 0 0)            ;; words
    (i32 0x80000 40000)  ;; postings
    (i32 0 0)            ;; wake-ups
    (i32 768 1))         ;; reasons
(data (i32.const 768) (i32 9 0 0 0) (i64 0))
(func $award (type $asked)
    (local $at i32)
    (drop (memory.grow (i32.const 64)))
    (local.set $at (i32.const 0x80000))
    (loop $again
        (i32.store (local.get $at) (i32.const 8))
        (i64.store offset=16 (local.get $at) (i64.const 0x7fffffffffffffff))
        (local.set $at (i32.add (local.get $at) (i32.const 40)))
        (br_if $again (i32.lt_u (local.get $at) (i32.const 0x206a00))))
    i32.const 256)
