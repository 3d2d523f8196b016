@echo off
chcp 65001 >nul
set "home=%USERPROFILE%\sealinspect"
if not exist "%~1\checkpoint" goto usage
if not exist "%home%\policy.json" goto usage
set "out=%home%\report-%RANDOM%%RANDOM%"
set "earlier="
if exist "%home%\checkpoint" set earlier=--earlier "%home%\checkpoint"
sealinspect report "%~1" --policy "%home%\policy.json" --out "%out%" %earlier%
set status=%errorlevel%
if %status%==0 copy /y "%out%\checkpoint" "%home%\checkpoint" >nul
if exist "%out%\report.html" start "" "%out%\report.html"
pause
exit /b %status%
:usage
echo 请把记录包文件夹拖到这个图标上；县里给的政策文件放在 %home%\policy.json。
echo Drop a bundle's folder on this icon; the county's policy file is %home%\policy.json.
pause
exit /b 2
