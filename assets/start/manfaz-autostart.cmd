@echo off
rem Start Manfaz over the full screen when the shop's account signs in. Run it under that account.
rem   manfaz-autostart.cmd        a shortcut in Startup
rem   manfaz-autostart.cmd /off   none
rem The account should be a standard one, with a password. Ctrl+Alt+Del stays: only Shell Launcher editions can take it away.
setlocal
set "LINK=%APPDATA%\Microsoft\Windows\Start Menu\Programs\Startup\Manfaz.lnk"
if /i "%~1"=="/off" (del /q "%LINK%" 2>nul & exit /b 0)
set "PROGRAM=%MANFAZ%"
if not defined PROGRAM set "PROGRAM=%ProgramFiles%\Manfaz\manfaz.exe"
if not exist "%PROGRAM%" (echo Manfaz is not installed & exit /b 1)
powershell -NoProfile -Command "$l=(New-Object -ComObject WScript.Shell).CreateShortcut($env:LINK); $l.TargetPath=$env:PROGRAM; $l.Arguments='--full-screen'; $l.WorkingDirectory=(Split-Path $env:PROGRAM); $l.Save()" || exit /b 1
echo %LINK%
