;; does: takes its default configuration, and loops for ever with any other
;; asked: rank
;; ends: guest.out_of_fuel at binding

;; The default is `{}`: two bytes.
(func $configure (type $configured)
    (if (i32.gt_u (local.get 1) (i32.const 2))
        (then (loop $again br $again)))
    global.get $words)
