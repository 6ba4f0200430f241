;; does: calls itself for ever without using up the stack
;; asked: rank
;; ends: guest.out_of_fuel when asked

(func $rank (type $asked)
    (return_call $rank (local.get 0)))
