;; does: writes lines for ever
;; asked: rank
;; ends: guest.out_of_fuel when asked

(data (i32.const 64) "hello")
(func $rank (type $asked)
    (loop $again
        (call $log (i32.const 2) (i32.const 64) (i32.const 5))
        br $again)
    unreachable)
