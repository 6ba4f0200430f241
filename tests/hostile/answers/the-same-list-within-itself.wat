;; does: answers a hundred thousand groups, all of them the same hundred thousand rows
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 256)
    (i32 0)              ;; ok
    (i32 0 0)            ;; words
    (i32 1 0 0)          ;; outcome
    (i32 0x80000 100000) ;; groups: one after the other
    (i32 1024 4)         ;; excluded, per row
    (i32 1024 4)         ;; scores, per row
    (i32 0 0)            ;; terms
    (i32 0 0)            ;; counters
    (i32 0 0))           ;; reasons
(func $rank (type $asked)
    (local $at i32)
    (drop (memory.grow (i32.const 64)))
    (local.set $at (i32.const 0x80000))
    (loop $again
        (i32.store (local.get $at) (i32.const 0x80000))
        (i32.store (i32.add (local.get $at) (i32.const 4)) (i32.const 100000))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $again (i32.lt_u (local.get $at) (i32.const 0x180000))))
    i32.const 256)
