;; does: takes four gigabytes in one step
;; asked: rank
;; ends: guest.out_of_memory when asked

(func $rank (type $asked)
    (if (i32.eq (i32.const -1) (memory.grow (i32.const 65000)))
        (then unreachable))
    global.get $harmless)
