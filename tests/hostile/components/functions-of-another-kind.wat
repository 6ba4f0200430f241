;; does: has the name of a matching policy, and functions of none
;; asked: rank
;; ends: plugin.unsupported_interface at upload

(component
    (core module $m
        (memory (export "memory") 1)
        (func (export "assess") (param i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func $assess (param "lead" u32) (result u32) (canon lift (core func $i "assess")))
    (instance $policy (export "assess" (func $assess)))
    (export "stellwerk:matching/policy@0.1.0" (instance $policy)))
