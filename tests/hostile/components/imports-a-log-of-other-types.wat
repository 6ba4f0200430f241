;; does: imports the log with other types
;; asked: rank
;; ends: plugin.unsupported_interface at upload

(component
    (import "stellwerk:host/log@0.1.0" (instance
        (export "write" (func (param "line" u64)))))
    (instance $policy)
    (export "stellwerk:matching/policy@0.1.0" (instance $policy)))
