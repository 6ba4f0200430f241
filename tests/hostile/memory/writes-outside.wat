;; does: writes outside its memory
;; asked: rank
;; ends: guest.trap when asked

(func $rank (type $asked)
    (i32.store (i32.const -4) (i32.const 1))
    global.get $harmless)
