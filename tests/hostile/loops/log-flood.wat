;; does: writes ten thousand lines, each of 60,000 bytes, and answers
;; asked: rank
;; ends: answered

(func $rank (type $asked)
    (local $count i32)
    (memory.fill (i32.const 4096) (i32.const 97) (i32.const 60000))
    (loop $again
        (call $log (i32.const 0) (i32.const 4096) (i32.const 60000))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $count) (i32.const 10000))))
    global.get $harmless)
