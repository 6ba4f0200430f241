;; does: writes a line of a level that there is not
;; asked: rank
;; ends: guest.output_invalid when asked

(func $rank (type $asked)
    (call $log (i32.const 77) (i32.const 64) (i32.const 2))
    global.get $harmless)
