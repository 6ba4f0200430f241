;; does: loops for ever in `admit`
;; asked: admit
;; ends: guest.out_of_fuel when asked

(func $admit (type $asked)
    (loop $again br $again)
    unreachable)
