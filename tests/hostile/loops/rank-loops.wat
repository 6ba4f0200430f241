;; does: loops for ever in `rank`
;; asked: rank
;; ends: guest.out_of_fuel when asked

(func $rank (type $asked)
    (loop $again br $again)
    unreachable)
