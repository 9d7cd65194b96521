import GlobalAdminService
import ServiceKit

await ServiceProgram.main(GlobalAdminService.program)
