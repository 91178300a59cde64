// Runs in every worker before its tests. When the run is killed, its workers lose their channel to
// it and would go on testing for nobody, with their servers: they end, and their guards clean up.

process.on('disconnect', () => process.exit(1));
