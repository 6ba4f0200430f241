;; does: takes memory page by page until there is no more
;; asked: rank
;; ends: guest.out_of_memory when asked

(func $rank (type $asked)
    (loop $again
        (br_if $again (i32.ne (i32.const -1) (memory.grow (i32.const 1)))))
    unreachable)
