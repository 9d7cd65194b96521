import RegionalAPIService
import ServiceKit

await ServiceProgram.main(RegionalAPIService.program)
