;; does: loops for ever in `settle`
;; asked: settle
;; ends: guest.out_of_fuel when asked

(func $settle (type $settled)
    (loop $again br $again)
    unreachable)
