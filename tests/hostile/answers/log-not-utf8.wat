;; does: writes a line that is no UTF-8
;; asked: rank
;; ends: guest.output_invalid when asked

(data (i32.const 64) "\80\81")
(func $rank (type $asked)
    (call $log (i32.const 0) (i32.const 64) (i32.const 2))
    global.get $harmless)
