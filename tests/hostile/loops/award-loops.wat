;; does: loops for ever in `award`
;; asked: award
;; ends: guest.out_of_fuel when asked

(func $award (type $asked)
    (loop $again br $again)
    unreachable)
