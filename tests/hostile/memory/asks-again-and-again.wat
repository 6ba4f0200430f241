;; does: asks for memory that it does not get, again and again
;; asked: rank
;; ends: guest.out_of_memory when asked

(func $rank (type $asked)
    (loop $again
        (drop (memory.grow (i32.const 65000)))
        br $again)
    unreachable)
