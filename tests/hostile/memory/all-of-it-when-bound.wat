;; does: takes all memory when it is given a configuration other than its default
;; asked: rank
;; ends: guest.out_of_memory at binding

(func $configure (type $configured)
    (if (i32.gt_u (local.get 1) (i32.const 2))
        (then
            (loop $again
                (br_if $again (i32.ne (i32.const -1) (memory.grow (i32.const 16)))))
            unreachable))
    global.get $words)
