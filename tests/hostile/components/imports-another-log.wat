;; does: imports the log of a newer host
;; asked: rank
;; ends: plugin.forbidden_import at upload

(component
    (import "stellwerk:host/log@0.2.0" (instance
        (export "write" (func (param "line" string)))))
    (instance $policy)
    (export "stellwerk:matching/policy@0.1.0" (instance $policy)))
