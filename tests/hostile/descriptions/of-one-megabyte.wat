;; does: describes itself in one megabyte
;; asked: rank
;; ends: plugin.bad_manifest at upload

(data (i32.const 256) (i32 0x80000 1000000))
(func $describe (type $described)
    (drop (memory.grow (i32.const 64)))
    (memory.fill (i32.const 0x80000) (i32.const 32) (i32.const 1000000))
    i32.const 256)
