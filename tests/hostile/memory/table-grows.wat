;; does: lets its table grow for ever
;; asked: rank
;; ends: guest.out_of_memory when asked

(table $table 1 funcref)
(func $rank (type $asked)
    (loop $again
        (br_if $again (i32.ne (i32.const -1)
            (table.grow $table (ref.null func) (i32.const 100)))))
    unreachable)
