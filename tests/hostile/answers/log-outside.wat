;; does: writes a line that lies outside its memory
;; asked: rank
;; ends: guest.output_invalid when asked

(func $rank (type $asked)
    (call $log (i32.const 0) (i32.const 0x70000000) (i32.const 100))
    global.get $harmless)
