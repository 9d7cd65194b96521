// SagaRecoveryRequests: how a region's worker has overdue sagas recovered.
//
// The worker sees the journal but neither accounts nor the global database, so it can find an overdue saga and not undo it. An
// API server of its region can. This module is the request between the two, from both ends:
//
//   worker   SagaRecoveryTrigger   looks every SAGA_RECOVERY_INTERVAL; something overdue → POST, signed with FORWARDING_KEYS
//   server   SagaRecoveryRoute     signed by its own region → recovers what is overdue; anybody else → 404
//
//   failure                               what happens
//   ------------------------------------  --------------------------------------------------------------------------------
//   no endpoint or no keys configured     overdue sagas are logged and shown in the metric, at every look
//   no server answers, or not with 200    a warning; tried again at the next look
//   an undo fails                         the server raises CONSISTENCY_ALERT; tried again at the next look
//   the worker's database is out of reach a warning; tried again at the next look
//   two workers, or a request repeated    harmless: recoveries may run at once (see Sagas)
