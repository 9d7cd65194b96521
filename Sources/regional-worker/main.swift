import RegionalWorkerService
import ServiceKit

await ServiceProgram.main(RegionalWorkerService.program)
