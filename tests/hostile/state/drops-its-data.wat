;; does: answers by data that it has dropped when it was configured
;; asked: rank
;; ends: guest.trap when asked

(data $kept "still there")
(func $configure (type $configured)
    data.drop $kept
    global.get $words)
(func $rank (type $asked)
    (memory.init $kept (i32.const 64) (i32.const 0) (i32.const 5))
    global.get $harmless)
